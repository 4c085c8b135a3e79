'use client';

import '@xyflow/react/dist/style.css';
import './flow-canvas.css';
import { Controls, type Edge, type EdgeTypes, type Node, type NodeTypes, ReactFlow } from '@xyflow/react';

interface Props {
  readonly label: string;
  readonly nodes: Node[];
  readonly edges: Edge[];
  readonly nodeTypes: NodeTypes;
  readonly edgeTypes?: EdgeTypes;
  /** The nodes to begin with where the whole graph would be too small to read. */
  readonly focus?: readonly string[];
  readonly onOpen: (id: string) => void;
  /** Called with the node pointed at, or null when the pointer left it. */
  readonly onPoint?: (id: string | null) => void;
}

/** A graph to look at: one may pan, zoom and open a node (by mouse, or Tab and Enter), but not change it. */
export function FlowCanvas({ label, nodes, edges, nodeTypes, edgeTypes, focus, onOpen, onPoint }: Props) {
  const narrow = window.matchMedia('(max-width: 639px)').matches;
  const start =
    narrow && focus
      ? { nodes: focus.map((id) => ({ id })), minZoom: 0.7, maxZoom: 0.8 }
      : { padding: { x: '56px', y: '16px' } as const, maxZoom: 1 };
  return (
    <ReactFlow
      aria-label={label}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodeClick={(_, node) => onOpen(node.id)}
      onNodeMouseEnter={(_, node) => onPoint?.(node.id)}
      onNodeMouseLeave={() => onPoint?.(null)}
      onFocus={(event) => onPoint?.(nodeAt(event.target))}
      onBlur={() => onPoint?.(null)}
      onKeyDown={(event) => {
        const id = nodeAt(event.target);
        if (id && (event.key === 'Enter' || event.key === ' ')) {
          event.preventDefault();
          onOpen(id);
        }
      }}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      nodesFocusable
      zoomOnScroll={false}
      preventScrolling={false}
      minZoom={0.15}
      maxZoom={1.5}
      fitView
      fitViewOptions={start}
      proOptions={{ hideAttribution: true }}
    >
      <Controls showInteractive={false} position="bottom-left" />
    </ReactFlow>
  );
}

/** The id of the node that an event happened on. */
function nodeAt(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest('.react-flow__node')?.getAttribute('data-id') ?? null) : null;
}
