#!/bin/sh
# Trains, maps and measures every shipped model: sh checkpoints/build.sh [python]. A stopped run goes on where it was.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python}
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"

build() { # name, data, kind, code size, further options
    name=$1 data=$2 kind=$3 dim=$4
    shift 4
    [ -f "checkpoints/$name/model.safetensors" ] || "$python" -m vae train --data "$data" --model "$kind" --latent-dim "$dim" "$@" \
        --epochs 60 --seed 0 --device cpu --precision bf16-mixed --out "checkpoints/$name" --resume
    [ -f "checkpoints/$name/atlas.safetensors" ] || "$python" -m vae embed "$name" --device cpu
    [ -f "checkpoints/$name/metrics.json" ] || "$python" -m vae evaluate "$name" --device cpu
}

[ -f checkpoints/classifiers/mnist/model.safetensors ] || "$python" -m vae classifier --data mnist --epochs 8
[ -f checkpoints/classifiers/fashion-mnist/model.safetensors ] || "$python" -m vae classifier --data fashion-mnist --epochs 14 --flip
for data in mnist fashion-mnist; do
    for dim in 2 16 64; do
        suffix=-$dim
        [ "$dim" != 16 ] || suffix=
        build "$data-ae$suffix" "$data" ae "$dim"
        build "$data-vae$suffix" "$data" vae "$dim" --beta 5
    done
done
