#!/usr/bin/env node
// Usage: storage-layout.mjs ARTIFACT.json    prints solc's storage layout as text, one variable or member a line, the
// members of the structs it refers to below it. The compiler's own numbers, which change with unrelated code, are left
// out.
import { readFileSync } from "node:fs";

const { storage, types } = JSON.parse(readFileSync(process.argv[2], "utf8")).storageLayout;
const seen = new Set();
const lines = [];

function line(indent, { slot, offset, label, type }) {
  const { label: name, numberOfBytes } = types[type];
  lines.push(`${indent}slot ${slot} + ${offset}  ${numberOfBytes} bytes  ${label}: ${name}`);
}

/** The structs that a type leads to: itself, or a mapping's value. */
function structOf(type) {
  const { members, value } = types[type];
  return members ? type : value ? structOf(value) : undefined;
}

for (const variable of storage) {
  line("", variable);
  const struct = structOf(variable.type);
  if (struct && !seen.has(struct)) {
    seen.add(struct);
    for (const member of types[struct].members) line("  ", member);
  }
}
console.log(lines.join("\n"));
