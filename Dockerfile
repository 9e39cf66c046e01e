FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY src src
RUN npm run build

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY drizzle drizzle
COPY schema schema
COPY --from=build /app/dist dist
# The files stay root's, so that the process cannot change its own code.
USER node
EXPOSE 4000
STOPSIGNAL SIGTERM
# Only whether the process lives: a database that is away is no reason to restart it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/health').then(({ ok }) => process.exit(ok ? 0 : 1))"]
CMD ["node", "dist/main.js", "serve"]
