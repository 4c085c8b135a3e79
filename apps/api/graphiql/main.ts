import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const FIRST_QUERY = `# The leaderboard of the lab "demo". Sign in to the dashboard first to see private labs.
# Subscriptions run over the WebSocket of this page.
query Leaderboard {
  leaderboard(lab: "demo", first: 10) {
    columns { name role n }
    edges {
      node {
        rank
        model { kind name }
        scores { top1 low high spent }
      }
    }
  }
}
`;

const url = new URL('/graphql', window.location.href);
const socket = new URL(url);
socket.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({
  url: url.href,
  wsClient: createClient({ url: socket.href, lazy: true }),
});

const place = document.getElementById('graphiql');
if (place) createRoot(place).render(createElement(GraphiQL, { fetcher, defaultQuery: FIRST_QUERY }));
