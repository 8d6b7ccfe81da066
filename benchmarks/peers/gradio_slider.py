"""The peer that Gradio makes: a slider whose every movement paints a picture. Its port is the only argument."""

import sys

import gradio
from decoder import HIGH, LOW, STEP, decode

with gradio.Blocks(analytics_enabled=False) as page:
    slider = gradio.Slider(LOW, HIGH, 0.0, step=STEP, label="z 1")
    picture = gradio.Image(decode(0.0), width=280)
    slider.input(decode, slider, picture, show_progress="hidden", concurrency_limit=None)

page.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
