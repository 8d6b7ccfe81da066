"""What is handed out over HTTP beside Streamlit: one file a subject."""
