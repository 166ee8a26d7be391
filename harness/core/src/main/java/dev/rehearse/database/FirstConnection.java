package dev.rehearse.database;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The first connection of a JVM loads the driver and computes SCRAM in code that is not compiled yet: some 0.4 s of CPU. It is made ahead,
 * while a database is being started and Java waits, to a socket of ours that asks for a password as PostgreSQL does, and then hangs up.
 */
public final class FirstConnection {

    private static final AtomicBoolean BEGUN = new AtomicBoolean();
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SSL_REQUEST = 80_877_103;
    private static final int GSS_REQUEST = 80_877_104;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;

    private FirstConnection() {}

    /** Begins it in daemon threads, the first time it is called. */
    public static void makeAhead() {
        if (BEGUN.compareAndSet(false, true)) {
            begin("rehearse-first-connection", FirstConnection::make);
        }
    }

    private static void begin(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether the driver got as far as to prove that it knows the password. Where not, the first real connection takes longer. */
    static boolean make() {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            door.setSoTimeout(PATIENCE_MILLIS);
            FutureTask<String> server = new FutureTask<>(() -> proofOfPassword(door));
            begin("rehearse-asks-for-password", server);
            connect(door.getLocalPort());
            return server.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).contains(",p=");
        } catch (IOException | ExecutionException | TimeoutException noDialogue) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void connect(int port) {
        try {
            new TestDatabase.Server("nobody", "127.0.0.1", port, "none", "nobody", "rehearse")
                    .connect("rehearse-startup", "nobody", "rehearse")
                    .close();
        } catch (SQLException hungUp) {
            // As it is meant to be.
        }
    }

    private static String proofOfPassword(ServerSocket door) throws IOException {
        try (Socket socket = door.accept()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (wantsEncryption(in)) {
                out.writeByte('N');
            }
            answer(out, SASL, "SCRAM-SHA-256\0\0");
            // "n,,n=*,r=NONCE", and no comma in the nonce.
            String nonce = message(in).split(",r=", 2)[1];
            answer(out, SASL_CONTINUE, "r=" + nonce + "rehearse,s=cmVoZWFyc2U=,i=4096");
            return message(in);
        }
    }

    /** Reads what a client begins with: a request for encryption, or its startup message. */
    private static boolean wantsEncryption(DataInputStream in) throws IOException {
        int length = in.readInt();
        int code = in.readInt();
        in.readNBytes(length - 8);
        return code == SSL_REQUEST || code == GSS_REQUEST;
    }

    private static String message(DataInputStream in) throws IOException {
        in.readByte();
        return new String(in.readNBytes(in.readInt() - 4), StandardCharsets.ISO_8859_1);
    }

    private static void answer(DataOutputStream out, int kind, String content) throws IOException {
        out.writeByte('R');
        out.writeInt(8 + content.length());
        out.writeInt(kind);
        out.write(content.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
