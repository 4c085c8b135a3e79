import { type Node, Position } from '@xyflow/react';

/**
 * What React Flow would otherwise measure in the page: a box's size, and where links leave and enter it. Given up front,
 * links are drawn at once and stay while the data of a live graph is replaced every second.
 */
export function boxNode(width: number, height: number): Pick<Node, 'width' | 'height' | 'measured' | 'handles'> {
  const handle = { y: height / 2, width: 1, height: 1 };
  return {
    width,
    height,
    measured: { width, height },
    handles: [
      { ...handle, type: 'target', position: Position.Left, x: 0 },
      { ...handle, type: 'source', position: Position.Right, x: width },
    ],
  };
}
