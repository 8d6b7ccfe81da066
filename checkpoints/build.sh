#!/bin/sh
# Trains, maps and measures every shipped model: sh checkpoints/build.sh [python]. A stopped run goes on where it was.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python}
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"

embedding= # further options of embed
build() { # name, data, kind, code size, further options
    name=$1 data=$2 kind=$3 dim=$4
    shift 4
    [ -f "checkpoints/$name/model.safetensors" ] || "$python" -m vae train --data "$data" --model "$kind" --latent-dim "$dim" \
        --epochs 60 --seed 0 --device cpu --precision bf16-mixed --out "checkpoints/$name" --resume "$@"
    [ -f "checkpoints/$name/atlas.safetensors" ] || "$python" -m vae embed "$name" --device cpu $embedding
    "$python" -m vae evaluate "$name" --missing --device cpu
}

# The same training from two other seeds. Of these runs the figures alone are kept, beside the model they belong to.
seeds() { # name, data, kind, code size, further options
    name=$1 data=$2 kind=$3 dim=$4
    shift 4
    for seed in 1 2; do
        figures=checkpoints/$name/metrics-seed-$seed.json run=scratch/$name-seed-$seed
        [ ! -f "$figures" ] || continue
        [ -f "$run/model.safetensors" ] || "$python" -m vae train --data "$data" --model "$kind" --latent-dim "$dim" "$@" \
            --epochs 60 --seed "$seed" --device cpu --precision bf16-mixed --out "$run" --resume
        [ -f "$run/metrics.json" ] || "$python" -m vae evaluate "$run" --device cpu
        cp "$run/metrics.json" "$figures"
    done
}

[ -f checkpoints/classifiers/mnist/model.safetensors ] || "$python" -m vae classifier --data mnist --epochs 8
[ -f checkpoints/classifiers/fashion-mnist/model.safetensors ] || "$python" -m vae classifier --data fashion-mnist --epochs 24 --flip
[ -f checkpoints/classifiers/mnist-second/model.safetensors ] || "$python" -m vae classifier --data mnist --epochs 8 --second
[ -f checkpoints/classifiers/fashion-mnist-second/model.safetensors ] ||
    "$python" -m vae classifier --data fashion-mnist --epochs 12 --flip --second
for data in mnist fashion-mnist; do
    for dim in 2 16 64; do
        suffix=-$dim
        [ "$dim" != 16 ] || suffix=
        build "$data-ae$suffix" "$data" ae "$dim"
        build "$data-vae$suffix" "$data" vae "$dim" --beta 5
    done
done
for name in mnist-ae mnist-vae fashion-mnist-ae fashion-mnist-vae; do
    [ -f "checkpoints/$name/prior.safetensors" ] || "$python" -m vae prior "$name" --device cpu
done
# Everything between an AE and a VAE, on MNIST: what only pulls codes together, what only blurs them, and weaker and stronger KL.
build mnist-l2-ae mnist ae 16 --l2 5 --weights float16
build mnist-noisy-ae mnist ae 16 --noise 1 --weights float16
steps="mnist-ae mnist-l2-ae mnist-noisy-ae"
for beta in 0.01 0.03 0.1 0.3 1 20; do
    build "mnist-vae-beta-$beta" mnist vae 16 --beta "$beta" --weights float16
    [ "$beta" != 20 ] || steps="$steps mnist-vae" # its β is 5
    steps="$steps mnist-vae-beta-$beta"
done
[ -f checkpoints/ladders/mnist-16.safetensors ] || "$python" -m vae ladder mnist-16 $steps
build mnist-l2-ae-2 mnist ae 2 --l2 5 --weights float16
build mnist-noisy-ae-2 mnist ae 2 --noise 1 --weights float16
steps="mnist-ae-2 mnist-l2-ae-2 mnist-noisy-ae-2"
for beta in 0.01 0.03 0.1 0.3 1 20; do
    build "mnist-vae-beta-$beta-2" mnist vae 2 --beta "$beta" --weights float16
    [ "$beta" != 20 ] || steps="$steps mnist-vae-2"
    steps="$steps mnist-vae-beta-$beta-2"
done
[ -f checkpoints/ladders/mnist-2.safetensors ] || "$python" -m vae ladder mnist-2 $steps

# Convolutional pairs.
for data in mnist fashion-mnist; do
    epochs=12
    [ "$data" = mnist ] || epochs=60 # as many as the fully connected pairs
    for dim in 16 64; do
        suffix=-$dim
        [ "$dim" != 16 ] || suffix=
        for kind in ae vae; do
            beta=
            [ "$kind" != vae ] || beta="--beta 5"
            build "$data-conv-$kind$suffix" "$data" "$kind" "$dim" $beta --architecture conv --hidden 16,32 --dense 512 \
                --epochs $epochs --batch-size 128 --learning-rate 0.002 --weights float16
        done
    done
done

# For the published tables: the likelihood of binarized MNIST, and the lines task.
build binarized-mnist-vae mnist vae 40 --likelihood bernoulli --hidden 400 --beta 1 --learning-rate 0.006 --epochs 600
build binarized-mnist-conv-vae mnist vae 40 --likelihood bernoulli --architecture conv --hidden 32,64 --dense 512 --beta 1 \
    --learning-rate 0.002 --batch-size 128 --epochs 60 --weights float16
build lines-ae lines ae 16 --epochs 40 --weights float16
build lines-vae lines vae 16 --beta 5 --epochs 40 --weights float16
build lines-noisy-ae lines ae 16 --noise 1 --l2 20 --epochs 40 --weights float16
# Codes on a circle, learned from coarse to fine, and the same with two free numbers.
build lines-circle-ae lines ae 2 --sphere --noise 0.005 --first-noise 3 --first-blur 6 --learning-rate 0.002 --epochs 40 --weights float16
build lines-ae-2 lines ae 2 --learning-rate 0.002 --epochs 40 --weights float16
build lines-vae-2 lines vae 2 --beta 5 --learning-rate 0.002 --epochs 40 --weights float16
# How far the headline figures depend on the seed.
for data in mnist fashion-mnist; do
    seeds "$data-ae" "$data" ae 16
    seeds "$data-vae" "$data" vae 16 --beta 5
done

# Scenes in continuous codes, two numbers for each cell of 6 x 6 pixels, beside the tokens of the miniature DALL-E.
spatial="--architecture spatial --optimizer muon --learning-rate 0.004 --batch-size 64 --weights float16 --epochs 3"
embedding=--half
build scenes-ae scenes ae 128 $spatial
build scenes-vae scenes vae 128 --beta 1 $spatial
embedding=

# The miniature DALL-E, in the order in which one part needs the other.
part() { # folder, command, options
    folder=$1
    shift
    [ -f "checkpoints/dalle/$folder/model.safetensors" ] || "$python" -m vae dalle "$@" --device cpu --resume
}
part tokenizer tokenizer --steps 4000
part decoder decoder --steps 4000
part transformer transformer --steps 4000
part clip clip --steps 800
part discrete-vae tokenizer --kind gumbel --out discrete-vae --steps 4000
[ -f checkpoints/dalle/painter.json ] || "$python" -m vae dalle codebook --tokenizer decoder
[ -f checkpoints/classifiers/scenes-probe/model.safetensors ] || "$python" -m vae dalle probe --steps 2500
[ -f checkpoints/dalle/metrics.json ] || "$python" -m vae evaluate dalle --device cpu
