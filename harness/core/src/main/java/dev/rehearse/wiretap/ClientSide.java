package dev.rehearse.wiretap;

import dev.rehearse.wiretap.TapSettings.ServersWords;
import dev.rehearse.wiretap.protocol.MessageFramer.Interest;
import dev.rehearse.wiretap.protocol.MessageFramer.ProtocolViolationException;
import dev.rehearse.wiretap.protocol.SilencingStatement;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What the client says, and how much of it matters to the {@link Conversation}. */
final class ClientSide extends Side {

    private final Conversation conversation;
    private final TapSettings settings;

    ClientSide(Conversation conversation, Wiretap tap) {
        super(tap.clock());
        this.conversation = conversation;
        this.settings = tap.settings();
    }

    @Override
    public Interest interest(byte type, int bodyLength) throws ProtocolViolationException {
        return switch (type) {
            case 'Q', 'P' ->
                mayBeUndone(type, bodyLength) ? new Interest(bodyLength, true) : Interest.first(Wiretap.LONGEST_SQL);
            case 'B' -> Interest.first(settings.parameters() ? Wiretap.LONGEST_SQL : 1_024);
            case 'E', 'C', 'D', 'F' -> Interest.first(1_024);
            case 'H', 'S', 'X', 'c', 'd', 'f', 'p' -> Interest.NONE;
            default -> throw new ProtocolViolationException(type, bodyLength + 4);
        };
    }

    @Override
    public boolean message(byte type, ByteBuffer head, int bodyLength) throws IOException {
        conversation.clientSent(type, head.duplicate());
        if (mayBeUndone(type, bodyLength)) {
            SilencingStatement.undo(type, head);
        }
        return true;
    }

    @Override
    public boolean mayHold(byte type) {
        return mayBeUndone(type, 0);
    }

    /** Where the tap's user has made the server talk, no client is to make it stop. */
    private boolean mayBeUndone(byte type, int bodyLength) {
        return settings.serversWords() == ServersWords.WITHHELD && SilencingStatement.mayBe(type, bodyLength);
    }
}
