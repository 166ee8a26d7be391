package dev.rehearse.cli.instrument;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.wiretap.ServerTls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a server listens. */
record TapAddress(String host, int port) {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\s]+):(\\d{1,5})");

    boolean isLoopback() {
        return LOOPBACK.contains(host);
    }

    /** Whether it is what listens on that port of 127.0.0.1, which 0.0.0.0 and many names lead to, too. */
    boolean leadsToLoopback(int listening) {
        try {
            return port == listening
                    && Arrays.stream(InetAddress.getAllByName(host))
                            .anyMatch(address -> address.isAnyLocalAddress()
                                    || address.getHostAddress().equals("127.0.0.1"));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    TestDatabase.Server server() {
        return new TestDatabase.Server("server", host, port, "", "", "");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static @Nullable TapAddress parse(String text) {
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
            return null;
        }
        return new TapAddress(parts.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(parts.group(2)));
    }

    static final class ServerConverter implements ITypeConverter<TapAddress> {

        @Override
        public TapAddress convert(String value) {
            TapAddress address = parse(value);
            if (address == null || address.port() == 0) {
                throw new TypeConversionException(
                        "'" + value + "' is no HOST:PORT, such as localhost:5432 or [::1]:5432");
            }
            return address;
        }
    }

    static final class ListenConverter implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            TapAddress address = parse(value.matches("\\d+") ? "127.0.0.1:" + value : value);
            if (address == null) {
                throw new TypeConversionException("'" + value + "' is no port from 0 to 65535");
            }
            if (!address.isLoopback()) {
                throw new TypeConversionException(
                        "the tap listens on 127.0.0.1 only, where nobody but this machine hears the"
                                + " plain text, and not on '" + address.host() + "'. Name a port alone");
            }
            return address.port();
        }
    }

    static final class TlsConverter implements ITypeConverter<ServerTls.Mode> {

        private static final Map<String, ServerTls.Mode> MODES = Map.of(
                "never", ServerTls.Mode.NEVER,
                "when-demanded", ServerTls.Mode.DEMANDED,
                "always", ServerTls.Mode.ALWAYS);

        @Override
        public ServerTls.Mode convert(String value) {
            ServerTls.Mode mode = MODES.get(value);
            if (mode == null) {
                throw new TypeConversionException("'" + value + "' is not never, when-demanded or always");
            }
            return mode;
        }
    }
}
