"""What is written on a figure, and whether it can be read."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def headline(figure: Figure) -> str:
    return figure.get_suptitle().replace("\n", " ")


def texts_overlap(figure: Figure) -> bool:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    boxes = [axes.get_tightbbox(renderer) for axes in figure.axes]
    boxes += [legend.get_window_extent(renderer) for legend in figure.legends]
    boxes += [text.get_window_extent(renderer) for text in figure.texts]
    inside = all(box.x0 >= 0 and box.x1 <= figure.bbox.width for box in boxes)
    shrunk = [box.padded(-2) for box in boxes]
    meet = any(a.overlaps(b) for i, a in enumerate(shrunk) for b in shrunk[i + 1 :])
    return meet or not inside
