"""What Streamlit runs where there is no checkout."""

if __name__ == "__main__":
    from segmentation.explore.page import draw

    draw()
