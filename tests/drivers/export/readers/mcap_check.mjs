// SPDX-License-Identifier: GPL-3.0-or-later
// mcap_check.mjs EXPORT.mcap EXPECTED.json: reads an export with the reader of the format's own authors, by its
// index, and compares it value by value with what the test wrote down. Prints the number of messages.
import { createRequire } from "node:module";
import { open, readFile } from "node:fs/promises";

// The packages lie outside of the source tree.
const require = createRequire(process.env.SERVOLANE_READERS + "/");
const { McapIndexedReader } = require("@mcap/core");
const { decompress } = require("fzstd");

function fail(text) {
  console.log(text);
  process.exit(1);
}

class File {
  constructor(handle) { this.handle = handle; }
  async size() { return BigInt((await this.handle.stat()).size); }
  async read(offset, length) {
    const buffer = new Uint8Array(Number(length));
    await this.handle.read(buffer, 0, Number(length), Number(offset));
    return buffer;
  }
}

const hex = (text) => {
  const [, sign, whole, fraction = "", exponent] = /^(-?)0x(\d)(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(text);
  let value = Number(whole);
  [...fraction].forEach((digit, i) => { value += parseInt(digit, 16) / 16 ** (i + 1); });
  return (sign ? -1 : 1) * value * 2 ** Number(exponent);
};

const expected = JSON.parse(await readFile(process.argv[3], "utf8"));
const reader = await McapIndexedReader.Initialize({
  readable: new File(await open(process.argv[2])),
  decompressHandlers: { zstd: (data, size) => decompress(data, new Uint8Array(Number(size))) },
});
if (reader.statistics === undefined) fail("no statistics");
const metadata = [];
for await (const each of reader.readMetadata()) metadata.push(each);
if (metadata[0]?.metadata.get("simulated") !== "true") fail("not marked as simulated");
if (metadata[0].metadata.get("resampling") !== expected.resampling) fail("resampling is not said");

const topics = new Map([...reader.channelsById.values()].map((each) => [each.id, each]));
const rows = new Map(expected.axes.map((axis) => [`/${axis.name}`, 0]));
const axes = new Map(expected.axes.map((axis) => [`/${axis.name}`, axis]));
let messages = 0;
let facts = 0;
let before = 0; // the start of the recording
let last = 0n;
for await (const message of reader.readMessages()) {
  if (message.logTime < last) fail("out of order");
  last = message.logTime;
  const channel = topics.get(message.channelId);
  const value = JSON.parse(new TextDecoder().decode(message.data));
  if (channel.topic === "/facts") {
    if (typeof value.kind !== "string" || typeof value.fact !== "object") fail("a fact without kind");
    ++facts;
    if (message.publishTime < message.logTime) ++before;
    continue;
  }
  const axis = axes.get(channel.topic) ?? fail(`unknown topic ${channel.topic}`);
  const number = rows.get(channel.topic);
  const row = axis.rows[number] ?? fail(`${channel.topic} has more than ${number} messages`);
  rows.set(channel.topic, number + 1);
  const at = `${channel.topic} message ${number}`;
  if (message.logTime !== BigInt(row.utc_ns)) fail(`${at}: time ${message.logTime}, expected ${row.utc_ns}`);
  if (value.gap !== row.gap) fail(`${at}: gap ${value.gap}, expected ${row.gap}`);
  axis.columns.forEach((column, i) => {
    const wanted = row.values[i] === null ? undefined : hex(row.values[i]);
    if (value[column] !== wanted) fail(`${at}: ${column} is ${value[column]}, expected ${wanted}`);
  });
  ++messages;
}
for (const axis of expected.axes) {
  if (rows.get(`/${axis.name}`) !== axis.rows.length) fail(`${axis.name}: ${rows.get(`/${axis.name}`)} messages`);
  const channel = [...topics.values()].find((each) => each.topic === `/${axis.name}`);
  axis.columns.forEach((column, i) => {
    if (channel.metadata.get(`unit.${column}`) !== axis.units[i]) fail(`${axis.name}.${column}: unit`);
  });
}
if (facts !== expected.facts) fail(`${facts} facts, expected ${expected.facts}`);
if (before !== expected.before) fail(`${before} facts before the start, expected ${expected.before}`);
if (reader.statistics.messageCount !== BigInt(messages + facts)) fail("the statistics count otherwise");
console.log(messages);
