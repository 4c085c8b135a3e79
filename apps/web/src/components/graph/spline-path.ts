export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The SVG path of a link that ELK routed with splines: after the start its points come in threes, two control points and
 * an end of a cubic curve; what remains at the end is a quadratic curve or a straight line.
 */
export function splinePath(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (!start) return '';
  const say = (point: Point) => `${point.x},${point.y}`;
  const parts = [`M ${say(start)}`];
  for (let i = 0; i < rest.length; i += 3) {
    const group = rest.slice(i, i + 3);
    parts.push(`${'LQC'.charAt(group.length - 1)} ${group.map(say).join(' ')}`);
  }
  return parts.join(' ');
}
