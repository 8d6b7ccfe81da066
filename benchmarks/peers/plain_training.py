"""The plain PyTorch loop of benchmarks/train.py. `network.asked` says what its arguments are."""

import sys

import numpy as np
import torch
from network import SIZE, Decoder, Encoder, Stopwatch, asked
from torch.nn.functional import mse_loss

torch.set_num_threads(1)
pictures, widths, batch_size, epochs = asked(sys.argv[1:])
images = torch.from_numpy(np.load(pictures))
encoder, decoder = Encoder(images[0].numel(), widths), Decoder(tuple(images.shape[1:]), widths)
optimizer = torch.optim.AdamW([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
watch = Stopwatch()
watch.mark()
for _ in range(epochs):
    total = 0.0
    for rows in torch.randperm(len(images)).split(batch_size):
        batch = images[rows].float() / 255
        mean, log_variance = encoder(batch)
        rebuilt = decoder(mean + (0.5 * log_variance).exp() * torch.randn(len(rows), SIZE))
        error = 0.5 * mse_loss(rebuilt, batch, reduction="sum") / len(rows)
        kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(1).mean()
        loss = error + kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    watch.mark()
watch.tell(len(images))
