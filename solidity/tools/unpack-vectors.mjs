#!/usr/bin/env node
// Usage: unpack-vectors.mjs    packs ../testdata's vectors into out-vectors/, where Foundry can read them.
//
// forge can't read gzip, and parsing text in the EVM is slow. A packed file is a row of fixed-size cases, each
// field big-endian: 4 bytes for a float, 8 for an integer; a comparison's result takes 4. Nothing here is
// committed: testdata is the vectors' one home.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const testdata = join(root, "..", "testdata");
const target = join(root, "out-vectors");
mkdirSync(target, { recursive: true });

/** Packs the lines' leading hexadecimal fields, as wide in bytes as widths says. */
function pack(name, lines, widths) {
  const size = widths.reduce((sum, w) => sum + w, 0);
  const bytes = Buffer.alloc(lines.length * size);
  let at = 0;
  for (const line of lines) {
    const fields = line.split(" ");
    for (let i = 0; i < widths.length; i++) {
      bytes.write(fields[i].padStart(2 * widths[i], "0"), at, widths[i], "hex");
      at += widths[i];
    }
  }
  if (at !== bytes.length) throw new Error(`${name}: ${at} bytes packed, ${bytes.length} expected`);
  writeFileSync(join(target, `${name}.bin`), bytes);
}

function linesOf(text) {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const testfloat = (file) => linesOf(gunzipSync(readFileSync(join(testdata, "testfloat", `${file}.txt.gz`))).toString("ascii"));
for (const op of ["add", "sub", "mul", "div", "lt", "le", "eq"]) {
  pack(`f32_${op}`, testfloat(`f32_${op}`), [4, 4, 4]);
}
pack("f32_sqrt", testfloat("f32_sqrt"), [4, 4]);
pack("f32_mulAdd", testfloat("f32_mulAdd.every31st"), [4, 4, 4, 4]);
pack("f32_to_i64", testfloat("f32_to_i64.rminMag"), [4, 8]);
pack("i64_to_f32", testfloat("i64_to_f32"), [8, 4]);

const elementary = (file) => linesOf(readFileSync(join(testdata, "elementary", file), "ascii"));
for (const fn of ["exp", "log", "tanh", "erf", "sin", "cos"]) {
  pack(`${fn}.hard`, elementary(`${fn}.hard.txt`), [4, 4]);
  pack(`${fn}.sample`, elementary(`${fn}.sample.txt`), [4, 4]);
  // Of each block of 2^20 inputs the sequential checksum; the last line is the total.
  const checksums = elementary(`${fn}.blocks.txt`)
    .filter((line) => !line.startsWith("total"))
    .map((line) => line.split(" ")[1]);
  pack(`${fn}.blocks`, checksums, [8]);
  const random = elementary(`${fn}.random.txt`).map((line) => line.split(" ")[1]);
  pack(`${fn}.random`, random, [8]);
}
