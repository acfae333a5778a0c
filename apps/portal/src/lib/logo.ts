/**
 * How large a logo is, in pixels, so that nothing moves when it arrives. Only the name of an uploaded one says so; any other
 * has the room of a square.
 */
export function sizeOf(logo: string): { width: number; height: number } {
  const [, width = 32, height = 32] = /^\/.*-(\d+)x(\d+)\.\w+$/.exec(logo) ?? [];
  return { width: Number(width), height: Number(height) };
}
