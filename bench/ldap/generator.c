/*
 * Load generator: every connection binds, then sends one pre-encoded search after another, each when
 * the one before was answered. One thread, so that the server under test keeps the other core.
 *
 *   generator <port> <connections> <seconds> <requests file>
 *
 * The file holds messages, each behind its length in four octets (big endian): a bind, then searches.
 * Prints searches answered per second, and how many of them gave an entry.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_BYTES = 1 << 16, SEARCH_DONE = 0x65, SEARCH_ENTRY = 0x64 };

struct request { const unsigned char *bytes; size_t length; };
struct connection { int fd; size_t have; unsigned char input[INPUT_BYTES]; };

static struct request *requests;
static size_t request_count;
static uint64_t state = 88172645463325252ull;

static void fail(const char *what) { perror(what); exit(1); }

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec + at.tv_nsec / 1e9;
}

static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail(path);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  unsigned char *all = malloc(size);
  requests = malloc(sizeof *requests * (size / 8 + 1));
  if (fread(all, 1, size, file) != (size_t)size) fail("read");
  fclose(file);
  for (long at = 0; at + 4 <= size;) {
    size_t length = (size_t)all[at] << 24 | all[at + 1] << 16 | all[at + 2] << 8 | all[at + 3];
    requests[request_count++] = (struct request){all + at + 4, length};
    at += 4 + length;
  }
}

static void send_request(int fd, struct request request) {
  if (send(fd, request.bytes, request.length, MSG_NOSIGNAL) != (ssize_t)request.length) fail("send");
}

static void send_search(int fd) {
  state ^= state << 13; state ^= state >> 7; state ^= state << 17;
  send_request(fd, requests[1 + state % (request_count - 1)]);
}

/* Header octets of the element, its content length in *length; 0 while it is not complete. */
static size_t header(const unsigned char *at, size_t have, size_t *length) {
  if (have < 2) return 0;
  if (at[1] < 0x80) { *length = at[1]; return 2; }
  size_t octets = at[1] & 0x7f;
  if (have < 2 + octets) return 0;
  *length = 0;
  for (size_t i = 0; i < octets; i++) *length = *length << 8 | at[2 + i];
  return 2 + octets;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int count = atoi(argv[2]);
  double seconds = atof(argv[3]);
  load(argv[4]);
  int poller = epoll_create1(0);
  struct connection *connections = calloc(count, sizeof *connections);
  for (int i = 0; i < count; i++) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send_request(fd, requests[0]);
    ssize_t got = recv(fd, connections[i].input, INPUT_BYTES, 0);
    if (got < 10 || connections[i].input[9] != 0) { fprintf(stderr, "bind refused\n"); return 1; }
    connections[i].fd = fd;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
  unsigned long done = 0, entries = 0;
  double start = now(), end = start + seconds, at = start;
  for (int i = 0; i < count; i++) send_search(connections[i].fd);
  struct epoll_event events[64];
  while (at < end) {
    int ready = epoll_wait(poller, events, 64, 1000);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      ssize_t got = recv(c->fd, c->input + c->have, INPUT_BYTES - c->have, 0);
      if (got <= 0) fail("recv");
      c->have += got;
      size_t used = 0, length = 0, octets;
      while ((octets = header(c->input + used, c->have - used, &length)) && c->have - used >= octets + length) {
        const unsigned char *id = c->input + used + octets;
        unsigned char operation = id[2 + id[1]];
        if (operation == SEARCH_ENTRY) entries++;
        if (operation == SEARCH_DONE) { done++; send_search(c->fd); }
        used += octets + length;
      }
      memmove(c->input, c->input + used, c->have - used);
      c->have -= used;
    }
    at = now();
  }
  printf("{\"perSecond\": %.0f, \"entries\": %.4f}\n", done / (at - start), done ? (double)entries / done : 0);
  return 0;
}
