# solemn in a container, by the scripts that build it everywhere else. Not built as a whole where it was written (neither a published
# base image nor the dated archive could be reached there): docs/RUNBOOK.md. tests/cli/docker_test.py checks it by reading.
#
#   docker build --build-arg BASE=debian@sha256:DIGEST --build-arg SNAPSHOT=20270101T000000Z -t solemn .
#   docker run --rm --network none -v "$PWD":/ceremony solemn audit evidence --root-key root.pem
#
# BASE      Debian 12 by digest. SNAPSHOT: the state of Debian's archive whose packages are installed (snapshot.debian.org).
# Neither has a default: what moves is not named here. docs/RUNBOOK.md says how to choose and record them.
ARG BASE

FROM ${BASE} AS build
ARG SNAPSHOT
WORKDIR /source
COPY . .
RUN scripts/container-sources "${SNAPSHOT}" && scripts/setup-packages --build && scripts/build && build/release/bin/solemn selftest

FROM ${BASE}
ARG SNAPSHOT
COPY scripts/ /opt/solemn/scripts/
RUN /opt/solemn/scripts/container-sources "${SNAPSHOT}" && /opt/solemn/scripts/setup-packages --runtime && useradd --create-home ceremony
COPY bin/ /opt/solemn/bin/
COPY --from=build /source/build/release/bin/solemn /source/build/release/bin/zk-embed /source/build/release/bin/solemn-pkcs11-helper /opt/solemn/bin/
ENV PATH=/opt/solemn/bin:$PATH
USER ceremony
WORKDIR /ceremony
ENTRYPOINT ["solemn"]
