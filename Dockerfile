# docpin's HTTP server. It asks for --auth-token-file (DOCPIN_AUTH_TOKEN_FILE), because a container is reached from outside;
# docs/http.md says how to run it.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY LICENSE ./
COPY scripts scripts
COPY src src
RUN node scripts/build.mjs

FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY --from=build /build/dist dist
RUN mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production DOCPIN_CACHE_DIR=/data DOCPIN_TRANSPORT=http DOCPIN_HOST=0.0.0.0
VOLUME /data
EXPOSE 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD node -e "fetch('http://127.0.0.1:' + (process.env.PORT || 8081) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
CMD ["sh", "-c", "exec node dist/main.js serve --port ${PORT:-8081}"]
