"""The doctor: what is wrong with a model, each finding with a figure, its interval, a picture and a remedy."""
