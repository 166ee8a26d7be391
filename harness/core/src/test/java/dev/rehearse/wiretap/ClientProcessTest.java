package dev.rehearse.wiretap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Elsewhere the machine does not say. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ClientProcessTest {

    private ServerSocket door;

    @BeforeEach
    void open() throws IOException {
        door = new ServerSocket(0, 10, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    @AfterEach
    void close() throws IOException {
        door.close();
    }

    private boolean isOutsider(Socket accepted) {
        return ClientProcess.isOutsider(accepted.getPort(), accepted.getLocalPort());
    }

    /** Connects, and stays until the other end is closed. */
    private List<String> connecting(String... before) {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + door.getLocalPort() + "; cat <&3; :"));
        return command;
    }

    @Test
    void a_connection_of_this_process_is_no_outsiders() throws IOException {
        try (Socket client = new Socket("127.0.0.1", door.getLocalPort());
                Socket accepted = door.accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(isOutsider(accepted)).isFalse();
        }
    }

    @Test
    void a_connection_of_a_program_that_this_process_has_begun_is_no_outsiders() throws Exception {
        Process program = new ProcessBuilder(connecting("env")).start();
        try (Socket accepted = door.accept()) {
            assertThat(isOutsider(accepted)).isFalse();
        }
        program.waitFor();
    }

    @Test
    void a_connection_of_a_program_that_somebody_else_has_begun_is_an_outsiders() throws Exception {
        // Its parent ends at once, so that it is the system's child, as what runs in a container is another's.
        List<String> shell = List.of("bash", "-c", "setsid \"$@\" >/dev/null 2>&1 </dev/null &", "bash");
        Process parent = new ProcessBuilder(connecting(shell.toArray(String[]::new))).start();
        parent.waitFor();
        try (Socket accepted = door.accept()) {
            assertThat(isOutsider(accepted)).isTrue();
        }
    }

    @Test
    void a_client_that_has_gone_is_no_outsider() throws IOException {
        Socket client = new Socket("127.0.0.1", door.getLocalPort());
        try (Socket accepted = door.accept()) {
            client.close();
            assertThat(isOutsider(accepted)).isFalse();
        }
    }
}
