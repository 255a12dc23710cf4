# Roster in one container. Build: docker build -t roster . ; run: docker run -p 8080:8080 -p 3890:3890 -v roster:/data roster
FROM node:24-bookworm-slim AS build
WORKDIR /roster
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY web-components web-components
COPY tsconfig.json ./
RUN node web-components/build.mjs

FROM node:24-bookworm-slim AS dependencies
WORKDIR /roster
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node; the pinned one of the package is for development.
RUN npm ci --omit=dev --no-audit --no-fund --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    ROSTER_HOST=0.0.0.0 \
    ROSTER_DATA_DIR=/data
WORKDIR /roster
COPY --from=dependencies /roster/node_modules node_modules
COPY --from=build /roster/web-components/dist web-components/dist
COPY package.json ./
COPY migrations migrations
COPY scim scim
COPY ldap ldap
COPY server server
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080 3890 6360
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.ROSTER_HTTP_PORT || 8080) + '/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/main.ts"]
