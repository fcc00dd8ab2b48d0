"""Pictures: pure functions from tables to matplotlib figures.

One visual language: a panel for each algorithm, a colour for each scaler, a filled mark for an
eligible run and a hollow one for a run that is not, a ring around the chosen run, and a headline
that states what the numbers say. Matplotlib is imported where a figure is made, so that everything
else starts fast; no figure is attached to a window or to global state.
"""
