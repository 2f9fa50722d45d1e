/** Projects 项目: which villages, until when, against which targets, with which configuration. */
export const projectAddresses = {
  projects: '/api/v1/village/projects',
  project: '/api/v1/village/projects/:id',
} as const;

/** In the order in which they are looked for. */
export const projectRefusals = {
  project_unknown: { status: 404, zh: '没有这个项目', en: 'There is no such project' },
  project_not_open: { status: 409, zh: '项目没有开放,不能办理', en: 'The project is not open' },
} as const;
