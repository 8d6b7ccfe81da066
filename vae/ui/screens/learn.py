from vae.ui.component import live_page

live_page("learn")
