from vae.ui import server
from vae.ui.component import live_page

server.trainings.runs.expect()  # before the browser has read the page's modules
live_page("train")
