/** What is made of chosen files before they are sent: one archive, its hash, a name. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { archive } from "../../vae/ui/static/pages/models/archive.js";
import { plainName, untaken, uploadOf } from "../../vae/ui/static/pages/models/choosing.js";
import { Sha256 } from "../../vae/ui/static/pages/models/sha256.js";
import { findings, nearlySame } from "../../vae/ui/static/text/pictures.js";

const bytes = (length) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8) * 13) % 256);
const truth = (content) => createHash("sha256").update(content).digest("hex");

test("the hash is SHA-256, at every length and however the parts are cut", () => {
  for (let length = 0; length < 200; length++) {
    const content = bytes(length);
    assert.equal(new Sha256().update(content).hex(), truth(content));
    const hash = new Sha256();
    for (let at = 0, step = 1; at < length; at += step, step = (step * 5) % 71) hash.update(content.subarray(at, at + step));
    assert.equal(hash.hex(), truth(content));
  }
});

test("the same files give the same archive in whatever order they are chosen", async () => {
  const files = ["b/2.png", "a/1.png", "ä.png"].map((path, i) => ({ path, file: new Blob([bytes(600 * i)]) }));
  const [one, other] = await Promise.all([archive(files), archive([...files].reverse())].map((blob) => blob.bytes()));
  assert.deepEqual(one, other);
  assert.equal(one.length % 512, 0);
});

test("each archive is sent as it is, all else as one", () => {
  const file = (path) => ({ path, file: new Blob(["x"]) });
  const zip = file("my pets.zip");
  assert.deepEqual(uploadOf([zip]), { called: "my-pets", files: 1, size: 1, parts: [{ path: "my pets.zip", blob: zip.file }] });
  const folder = uploadOf([file("pets/cat/1.png"), file("pets/dog/2.png")]);
  assert.deepEqual([folder.parts.map(({ path }) => path), folder.called, folder.files], [["pets.tar"], "pets", 2]);
  const mixed = uploadOf(["a.zip", "1.png", "b.tar.gz", "metadata.parquet"].map(file));
  assert.deepEqual([mixed.parts.map(({ path }) => path), mixed.called], [["a.zip", "b.tar.gz", "pictures.tar"], "pictures"]);
  assert.equal(uploadOf([file("1.png")]).called, "pictures");
  assert.equal(mixed.size, mixed.parts[2].blob.size + 2);
  assert.throws(() => uploadOf([]), /no files/);
  assert.throws(() => uploadOf([zip, { path: "b.zip", file: new Blob([]) }]), /b\.zip is empty; leave it out/);
  assert.throws(() => uploadOf(Array.from({ length: 201 }, (_, i) => file(`${i}.tar`))), /more than 200 archives/);
});

test("a name needs no quotes and is not taken", () => {
  assert.equal(plainName("/home/me/My Pets (1)"), "My-Pets-1");
  assert.equal(plainName("…"), "pictures");
  assert.equal(plainName("写真"), "写真");
  assert.equal(untaken("pets", ["pets", "pets-2"]), "pets-3");
});

test("what was found is said in whole sentences", () => {
  assert.deepEqual(findings({ identical: 1, single_colour: 0, smaller_than_size: 2, other_files: 1 }, { train: 3, test: 0 }), [
    "None is to test with, or to make a map of: import more, another share for testing, or folders called train and test",
    "1 picture is the same as another one",
    "2 pictures were smaller than the side and are enlarged",
    "1 other file is no picture and was passed over",
  ]);
  assert.equal(nearlySame({ near_duplicates: 2, near_duplicates_across_splits: 1 }).split(", ")[1], "1 of them across training and testing");
});
