import { BaseEdge, type Edge, type EdgeProps, getBezierPath } from '@xyflow/react';
import { type Point, splinePath } from './spline-path';

export type RoutedEdgeType = Edge<{ route: readonly Point[] | undefined }, 'routed'>;

/** A link along the way that the layout found for it: around the boxes that stand between its ends. */
export function RoutedEdge({ data, markerEnd, style, ...ends }: EdgeProps<RoutedEdgeType>) {
  const [straight] = getBezierPath(ends);
  return <BaseEdge path={data?.route ? splinePath(data.route) : straight} markerEnd={markerEnd} style={style} />;
}
