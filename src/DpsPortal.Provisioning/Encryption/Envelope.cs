namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// Layout of a stored record. Outer, platform layer: format, layers, nonce, tag, then the body. With one layer the body is
/// the encrypted content; with two it is, encrypted once more, the customer layer: format, DEK number, nonce, tag,
/// commitment, encrypted content.
/// </summary>
internal static class Envelope
{
    public const byte Format = 1;
    public const int TagSize = 16;
    public const int CommitmentSize = 32;

    public const int Layers = 1;
    public const int OuterNonce = 2;
    public const int OuterTag = OuterNonce + NonceSource.Size;
    public const int Body = OuterTag + TagSize;

    // Offsets within the body.
    public const int Dek = 1;
    public const int InnerNonce = Dek + sizeof(int);
    public const int InnerTag = InnerNonce + NonceSource.Size;
    public const int Commitment = InnerTag + TagSize;
    public const int Content = Commitment + CommitmentSize;

    public static int Overhead(bool twoLayers) => twoLayers ? Body + Content : Body;
}
