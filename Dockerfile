# The service as Azure Functions runs it, and its command line: docs/command-line.md#container says how to start either.
FROM node:24-bookworm-slim AS build
WORKDIR /project
COPY package.json package-lock.json .npmrc ./
COPY src/local/applicationinsights-stub src/local/applicationinsights-stub
RUN npm ci
COPY . .
RUN npm run -s package -- --folder /built/service
RUN npm run -s build:cli -- --folder /built/command-line

FROM mcr.microsoft.com/azure-functions/node:4-node22
ENV AzureWebJobsScriptRoot=/home/site/wwwroot \
    AzureFunctionsJobHost__Logging__Console__IsEnabled=true
COPY --from=build /built/service /home/site/wwwroot
COPY --from=build /built/command-line /opt/service-tag-sync
RUN ln -s /opt/service-tag-sync/service-tag-sync.mjs /usr/local/bin/service-tag-sync
