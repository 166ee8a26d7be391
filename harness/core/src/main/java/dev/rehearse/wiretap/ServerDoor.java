package dev.rehearse.wiretap;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Opens connections to the server behind a {@link Wiretap}, in plain text or in TLS. Thread-safe. */
final class ServerDoor {

    private static final int CONNECT_MILLIS = 10_000;
    private static final byte[] SSL_REQUEST =
            ByteBuffer.allocate(8).putInt(8).putInt(80877103).array();

    private final TestDatabase.Server target;
    private final ServerTls tls;
    private final @Nullable SSLContext context;

    /**
     * @throws EnvironmentException if the root certificate cannot be read
     */
    ServerDoor(TestDatabase.Server target, ServerTls tls) {
        this.target = target;
        this.tls = tls;
        this.context = tls.mode() == ServerTls.Mode.NEVER ? null : context(tls.rootCertificate());
    }

    /**
     * A connection to the server.
     *
     * @param wire what carries it. To close that ends the connection at once; to close a socket that encrypts waits for whoever writes to it, who may
     *     wait for the server.
     */
    record Way(Socket socket, SocketChannel wire) {}

    /** A connection as the settings want the first attempt. */
    Way open() throws IOException {
        if (tls.mode() == ServerTls.Mode.ALWAYS) {
            return openEncrypted();
        }
        Socket plain = openPlain();
        return new Way(plain, plain.getChannel());
    }

    boolean encryptsOnDemand() {
        return tls.mode() == ServerTls.Mode.DEMANDED;
    }

    Way openEncrypted() throws IOException {
        Socket plain = openPlain();
        try {
            plain.setSoTimeout(CONNECT_MILLIS);
            plain.getOutputStream().write(SSL_REQUEST);
            int answer = plain.getInputStream().read();
            if (answer != 'S') {
                throw new SocketException("it does not speak TLS");
            }
            SSLSocket encrypted = (SSLSocket) Objects.requireNonNull(context)
                    .getSocketFactory()
                    .createSocket(plain, target.host(), target.port(), true);
            if (tls.rootCertificate() != null) {
                SSLParameters parameters = encrypted.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                encrypted.setSSLParameters(parameters);
            }
            encrypted.startHandshake();
            encrypted.setSoTimeout(0);
            return new Way(encrypted, plain.getChannel());
        } catch (IOException e) {
            Wiretap.quietly(plain);
            throw e;
        }
    }

    private Socket openPlain() throws IOException {
        InetSocketAddress address = new InetSocketAddress(target.host(), target.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException("nobody knows the host " + target.host());
        }
        Socket socket = SocketChannel.open().socket();
        try {
            socket.connect(address, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            Wiretap.quietly(socket);
            throw e;
        }
    }

    private static SSLContext context(@Nullable Path rootCertificate) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    rootCertificate == null ? new TrustManager[] {new Anybody()} : trustedBy(rootCertificate),
                    null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new EnvironmentException(
                    "Cannot read the root certificate " + rootCertificate + ": "
                            + (e instanceof NoSuchFileException ? "there is no such file" : e.getMessage())
                            + ". It must be a file of X.509 certificates in PEM.",
                    e);
        }
    }

    private static TrustManager[] trustedBy(Path rootCertificate) throws IOException, GeneralSecurityException {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        try (InputStream in = Files.newInputStream(rootCertificate)) {
            int count = 0;
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.setCertificateEntry("root " + count++, root);
            }
            if (count == 0) {
                throw new CertificateException("there is no certificate in it");
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots);
        return factory.getTrustManagers();
    }

    /** Encrypts without asking who is there, as clients of PostgreSQL do unless told to verify. */
    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
