/*
 * What a connection costs that goes through anything at all, for tap-against-direct: passes bytes on between clients and a server on loopback, a
 * process for each connection, and looks at none of them.
 *
 *     forward PORT SERVERS_PORT
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[65536];

static struct sockaddr_in loopback(const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* Passes on what is there; 0 where a side is gone. */
static int move(int from, int to) {
    ssize_t read = recv(from, buffer, sizeof buffer, 0);
    ssize_t sent = 0;
    while (sent < read) {
        ssize_t more = send(to, buffer + sent, read - sent, MSG_NOSIGNAL);
        if (more < 0) {
            return 0;
        }
        sent += more;
    }
    return read > 0;
}

static void serve(int client, const char *port) {
    int one = 1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(port);
    if (connect(server, (struct sockaddr *) &address, sizeof address) != 0) {
        return;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (poll(both, 2, -1) > 0) {
        if (both[0].revents && !move(client, server)) {
            return;
        }
        if (both[1].revents && !move(server, client)) {
            return;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 3) {
        return 2;
    }
    int one = 1;
    int door = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = loopback(arguments[1]);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(door, (struct sockaddr *) &address, sizeof address) != 0 || listen(door, 100) != 0) {
        return 1;
    }
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(door, NULL, NULL);
        if (client >= 0 && fork() == 0) {
            close(door);
            serve(client, arguments[2]);
            return 0;
        }
        close(client);
    }
}
