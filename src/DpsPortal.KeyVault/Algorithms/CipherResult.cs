namespace DpsPortal.KeyVault.Algorithms;

/// <summary>What became of it.</summary>
internal abstract class CipherResult
{
    /// <summary>
    /// One refusal for whatever keeps a value from being opened by a symmetric key, so that it tells nothing about why. Each RSA algorithm
    /// has one of its own.
    /// </summary>
    public static readonly CipherResult NotOpened = new Refused("The value was not made with this key and algorithm.");

    private CipherResult()
    {
    }

    public sealed class Done(byte[] value, byte[]? iv = null, byte[]? aad = null, byte[]? tag = null) : CipherResult
    {
        public byte[] Value => value;

        public byte[]? Iv => iv;

        public byte[]? Aad => aad;

        public byte[]? Tag => tag;
    }

    public sealed class Refused(string message) : CipherResult
    {
        public string Message => message;
    }
}
