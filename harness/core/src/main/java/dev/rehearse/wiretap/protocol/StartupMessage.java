package dev.rehearse.wiretap.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a client says first, once it does not ask for encryption any more.
 *
 * @param packet as it was sent
 * @param parameters user, database, application_name, options and other settings, as far as they could be read
 */
public record StartupMessage(byte[] packet, Map<String, String> parameters) {

    private static final int HEADER = 8;
    private static final String MINIMUM = "client_min_messages";

    public static StartupMessage of(byte[] packet) {
        Map<String, String> parameters = new LinkedHashMap<>();
        ByteBuffer body = ByteBuffer.wrap(packet);
        body.position(HEADER);
        while (body.hasRemaining()) {
            String name = Fields.cString(body);
            if (name.isEmpty()) {
                break;
            }
            parameters.put(name, Fields.cString(body));
        }
        return new StartupMessage(packet, parameters);
    }

    /** Whether what follows is a conversation of the version that the tap understands, and not the stream of a replica. */
    public boolean isConversation() {
        return ByteBuffer.wrap(packet).getShort(4) == 3 && !isReplication();
    }

    private boolean isReplication() {
        String value = parameters.get("replication");
        return value != null && !List.of("false", "off", "no", "0").contains(value);
    }

    public TappedStatement.Client client() {
        String user = parameters.getOrDefault("user", "");
        return new TappedStatement.Client(
                user, parameters.getOrDefault("database", user), parameters.getOrDefault("application_name", ""));
    }

    /** Whether the client itself sets which of the server's messages it wants, and wants those at DEBUG or LOG. */
    public boolean asksForServersWords() {
        String options = parameters.getOrDefault("options", "");
        int at = options.lastIndexOf(MINIMUM + "=");
        return AskedMessages.includesWords(parameters.getOrDefault(MINIMUM, ""))
                || at >= 0 && AskedMessages.includesWords(options.substring(at + MINIMUM.length() + 1));
    }

    /** The packet, with a request for messages from DEBUG1 up where the client does not say what it wants. */
    public byte[] askingForServersWords() {
        if (parameters.containsKey(MINIMUM)
                || parameters.getOrDefault("options", "").contains(MINIMUM)) {
            return packet;
        }
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(packet, 0, packet.length - 1);
        longer.writeBytes((MINIMUM + "\0debug1\0\0").getBytes(StandardCharsets.US_ASCII));
        byte[] whole = longer.toByteArray();
        ByteBuffer.wrap(whole).putInt(whole.length);
        return whole;
    }
}
