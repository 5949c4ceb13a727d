/** Replay ids on the wire: eight bytes, big-endian. Clients must not rely on it. */
export function encodeReplayId(replayId: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(replayId));
  return bytes;
}

export function decodeReplayId(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 8) return undefined;
  const replayId = Buffer.from(bytes).readBigUInt64BE();
  return replayId <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(replayId) : undefined;
}
