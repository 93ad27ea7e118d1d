# The image of every process of the hub: docker build -t city-event-hub .
# Models and footage are not in it: `hub assets` fetches them into the volume /assets (docs/decisions/0009).
# Health checks are with the services, for each process has a port of its own (docker-compose.yml).
# The command says which: `run vision`, `run feeds`, `run fusion`, `run console`, `db upgrade`.

FROM node:22-slim AS console
WORKDIR /src/command_center/console
COPY command_center/console/package.json command_center/console/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY command_center/console/ ./
RUN npm run build

FROM ghcr.io/astral-sh/uv:0.9.7 AS uv

FROM python:3.12-slim AS build
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/hub
WORKDIR /src
# Dependencies first: they change less often than the hub.
COPY pyproject.toml uv.lock hatch_build.py README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY contracts/ contracts/
COPY ingest/ ingest/
COPY detectors/ detectors/
COPY fusion/ fusion/
COPY command_center/ command_center/
COPY hub/ hub/
COPY --from=console /src/command_center/static/ command_center/static/
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 hub && install -d -o hub -g hub /data /assets
COPY --from=build /opt/hub /opt/hub
ENV PATH=/opt/hub/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HUB_DATA_DIR=/data \
    HUB_ASSETS_DIR=/assets \
    HUB_METRICS_HOST=0.0.0.0 \
    HUB_CONSOLE__HOST=0.0.0.0
USER 10001
WORKDIR /data
VOLUME ["/data", "/assets"]
EXPOSE 8710 8721 8722 8723
STOPSIGNAL SIGTERM
ENTRYPOINT ["hub"]
CMD ["--help"]
