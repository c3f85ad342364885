namespace DpsPortal.KeyVault.Algorithms;

/// <summary>What a client sent. Holds secret bytes: a class, because a record would print its members.</summary>
internal sealed class CipherInput(byte[] value, byte[]? iv = null, byte[]? aad = null, byte[]? tag = null)
{
    public byte[] Value => value;

    public byte[]? Iv => iv;

    public byte[]? Aad => aad;

    public byte[]? Tag => tag;
}
