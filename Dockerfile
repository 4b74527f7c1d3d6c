# The image of every service in docker-compose.yml: Airflow and riskscore from the lock file, run without root.
FROM python:3.11.14-slim-bookworm AS build
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
ENV PATH=/opt/venv/bin:$PATH VIRTUAL_ENV=/opt/venv UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1 UV_LINK_MODE=copy
WORKDIR /opt/riskscore
COPY requirements.lock ./
RUN uv pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY riskscore riskscore
COPY features features
COPY dags dags
COPY models models
COPY data_contracts data_contracts
RUN uv pip install --no-deps --no-build-isolation -e .

FROM python:3.11.14-slim-bookworm
# LightGBM computes with OpenMP.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/riskscore /opt/riskscore
# A new named volume takes the owner of the folder it covers.
RUN useradd --uid 10001 --create-home riskscore \
 && install -d -o riskscore -g riskscore /var/lib/riskscore /var/lib/riskscore/drop /var/lib/objects /var/log/airflow \
      /opt/airflow /home/riskscore/.cache
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 AIRFLOW_HOME=/opt/airflow RISKSCORE_HOME=/var/lib/riskscore
USER 10001:10001
# Compiled loops are kept in this user's home: no first day waits for them.
RUN python -m riskscore.trailing && python -m riskscore.forest && python -m riskscore.scoring
WORKDIR /var/lib/riskscore
CMD ["riskscore", "--help"]
