"""The champion, its challengers, and the decision between them."""
