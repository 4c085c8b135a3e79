'use client';

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type CombinedError, useClient } from 'urql';

interface Connection {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

interface State<C> {
  readonly pages: readonly C[];
  readonly loading: boolean;
  readonly error: CombinedError | undefined;
}

export interface KeysetPages<C> extends State<C> {
  /** True while the shown pages belong to an earlier question (another order or filter). */
  readonly stale: boolean;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  /** Asks for every page shown again and swaps them in together: nothing jumps while it loads. */
  readonly reload: () => void;
}

/**
 * Keyset paging: the first page for `variables`, then one more after the last cursor each time `loadMore` is called.
 * A newer question makes answers to older ones be dropped.
 */
export function useKeysetPages<Data, Variables extends AnyVariables, C extends Connection>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<NonNullable<Variables>, 'after'>,
  select: (data: Data) => C,
): KeysetPages<C> {
  const client = useClient();
  const key = JSON.stringify(variables);
  const [state, setState] = useState<State<C> & { key: string }>({ pages: [], loading: true, error: undefined, key });
  const question = useRef(0);
  const shown = useRef(state);
  const project = useRef(select);
  useEffect(() => {
    shown.current = state;
    project.current = select;
  });

  const ask = useCallback(
    async (pagesWanted: number, kept: readonly C[]) => {
      question.current += 1;
      const mine = question.current;
      setState((old) => ({ ...old, loading: true, error: undefined }));
      const pages: C[] = [...kept];
      while (pages.length < pagesWanted) {
        const after = pages.at(-1)?.pageInfo.endCursor ?? null;
        const asked = { ...JSON.parse(key), after } as unknown as Variables;
        const result = await client.query(document, asked, { requestPolicy: 'network-only' }).toPromise();
        if (mine !== question.current) return;
        if (result.error || !result.data) {
          setState((old) => ({ ...old, loading: false, error: result.error }));
          return;
        }
        const page = project.current(result.data);
        pages.push(page);
        if (!page.pageInfo.hasNextPage) break;
      }
      setState({ pages, loading: false, error: undefined, key });
    },
    [client, document, key],
  );

  useEffect(() => {
    void ask(1, []);
    return () => {
      question.current += 1;
    };
  }, [ask]);

  const loadMore = useCallback(() => {
    if (shown.current.loading) return;
    void ask(shown.current.pages.length + 1, shown.current.pages);
  }, [ask]);
  const reload = useCallback(() => void ask(Math.max(1, shown.current.pages.length), []), [ask]);

  return {
    pages: state.pages,
    loading: state.loading,
    error: state.error,
    stale: state.key !== key,
    hasMore: state.pages.at(-1)?.pageInfo.hasNextPage ?? false,
    loadMore,
    reload,
  };
}
