package dev.rehearse.loadtest.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;

/**
 * Sockets that wait within the call that reads. A socket of Java's own that was connected with a time limit never waits again: it asks, is told that
 * there is nothing, waits for something, and asks again, which is three calls of the system for every reply in place of one. The driver makes
 * an instance by the class' name. Stateless.
 */
public final class BlockingSockets extends SocketFactory {

    @Override
    public Socket createSocket() throws IOException {
        return SocketChannel.open().socket();
    }

    private Socket connected(InetAddress host, int port) throws IOException {
        return SocketChannel.open(new InetSocketAddress(host, port)).socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(InetAddress.getByName(host), port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        SocketChannel channel = SocketChannel.open().bind(new InetSocketAddress(localHost, localPort));
        channel.connect(new InetSocketAddress(host, port));
        return channel.socket();
    }
}
