// Bodies without a known length, as `Transfer-Encoding: chunked` brings them.

/** A stream of so many bytes of `x`, in pieces. */
export function chunked(bytes: number, pieceBytes = 16_384): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      const piece = Math.min(left, pieceBytes);
      left -= piece;
      if (piece > 0) controller.enqueue(new Uint8Array(piece).fill(120));
      if (left === 0) controller.close();
    },
  });
}
