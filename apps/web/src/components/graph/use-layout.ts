'use client';

import { useEffect, useState } from 'react';
import { type Box, type Layout, type Link, layeredLayout } from './elk-layout';

/** The layout of a graph; asked again only when its shape changes, so that a change of status moves nothing. */
export function useLayout(
  boxes: readonly Box[],
  links: readonly Link[],
  gap: { layer: number; node: number },
): Layout | null {
  const shape = JSON.stringify([boxes, links, gap]);
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    let wanted = true;
    const [knownBoxes, knownLinks, knownGap] = JSON.parse(shape) as [Box[], Link[], { layer: number; node: number }];
    void layeredLayout(knownBoxes, knownLinks, knownGap).then((found) => {
      if (wanted) setLayout(found);
    });
    return () => {
      wanted = false;
    };
  }, [shape]);
  return layout;
}
