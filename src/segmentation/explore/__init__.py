"""The page in the browser on runs, their customers and how they move (Streamlit, Plotly)."""
