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
  readonly onOpen: (id: string) => void;
  /** Called with the node pointed at, or null when the pointer left it. */
  readonly onPoint?: (id: string | null) => void;
}

/** A graph to look at: one may pan, zoom and open a node (by mouse, or Tab and Enter), but not change it. */
export function FlowCanvas({ label, nodes, edges, nodeTypes, edgeTypes, onOpen, onPoint }: Props) {
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
      onKeyDown={(event) => {
        const id =
          event.target instanceof HTMLElement
            ? event.target.closest('.react-flow__node')?.getAttribute('data-id')
            : null;
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
      fitViewOptions={{ padding: 0.06, maxZoom: 1 }}
      proOptions={{ hideAttribution: true }}
    >
      <Controls showInteractive={false} position="bottom-right" />
    </ReactFlow>
  );
}
