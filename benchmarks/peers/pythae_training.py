"""pythae's own trainer for benchmarks/train.py, with the same network. `network.asked` says what its arguments are."""

import logging
import sys
import tempfile

import numpy as np
import torch
from network import SIZE, Decoder, Encoder, Stopwatch, asked
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback

logging.disable(logging.INFO)
torch.set_num_threads(1)
pictures, widths, batch_size, epochs = asked(sys.argv[1:])
images = torch.from_numpy(np.load(pictures)).float() / 255
shape = tuple(images.shape[1:])
watch = Stopwatch()


class Encoding(BaseEncoder):
    def __init__(self) -> None:
        super().__init__()
        self.network = Encoder(images[0].numel(), widths)

    def forward(self, pictures):
        mean, log_variance = self.network(pictures)
        return ModelOutput(embedding=mean, log_covariance=log_variance)


class Decoding(BaseDecoder):
    def __init__(self) -> None:
        super().__init__()
        self.network = Decoder(shape, widths)

    def forward(self, codes):
        return ModelOutput(reconstruction=self.network(codes))


class Epochs(TrainingCallback):
    def on_epoch_begin(self, training_config, **_more) -> None:
        watch.mark()

    def on_train_end(self, training_config, **_more) -> None:
        watch.mark()


with tempfile.TemporaryDirectory() as folder:
    model = VAE(VAEConfig(input_dim=shape, latent_dim=SIZE), Encoding(), Decoding())
    config = BaseTrainerConfig(
        output_dir=folder,
        num_epochs=epochs,
        per_device_train_batch_size=batch_size,
        learning_rate=1e-3,
        optimizer_cls="AdamW",
        no_cuda=True,
    )
    BaseTrainer(model, BaseDataset(images, torch.zeros(len(images))), training_config=config, callbacks=[Epochs()]).train()
watch.tell(len(images))
