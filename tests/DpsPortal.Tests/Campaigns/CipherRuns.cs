using System.Security.Cryptography;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Two threads that encrypt and decrypt at once, over the pool and, as the control, over one shared cipher object.</summary>
internal static class CipherRuns
{
    private static readonly RecordBinding Slot = new(Guid.Parse("0197f3a0-0000-7000-8000-000000000001"), RecordKind.IndividualEnrollment, "device-0001", 1, 42);

    public static Task<string> RunAsync(int roundTripsOfEach)
    {
        var pooled = OverThePool(roundTripsOfEach);
        var shared = OverOneCipher(roundTripsOfEach);
        Assert.Equal(0, pooled);
        Assert.NotEqual(0, shared);
        return Task.FromResult($"2 threads: {pooled} mismatches over the pool, {shared} over one shared cipher");
    }

    public static int OverThePool(int roundTripsOfEach)
    {
        using var platformKey = SecretKey.Random();
        using var pool = new RecordCipherPool(platformKey, new DataEncryptionKey(1, SecretKey.Random()));
        return Mismatches(roundTripsOfEach, content =>
        {
            using var rental = pool.Rent();
            var envelope = new byte[content.Length + rental.Cipher.Overhead];
            var opened = new byte[content.Length];
            rental.Cipher.Seal(Slot, content, envelope);
            return rental.Cipher.TryOpen(Slot, envelope, opened) && opened.AsSpan().SequenceEqual(content);
        });
    }

    /// <summary>
    /// The control, without which the other might pass because it cannot fail. It encrypts with one bare AES-GCM object, the least
    /// dangerous way to share: a shared ChaCha20-Poly1305 object takes the whole process down.
    /// </summary>
    public static int OverOneCipher(int roundTripsOfEach)
    {
        var key = RandomNumberGenerator.GetBytes(SecretKey.Size);
        using var shared = new AesGcm(key, Envelope.TagSize);
        return Mismatches(roundTripsOfEach, content =>
        {
            var nonce = RandomNumberGenerator.GetBytes(NonceSource.Size);
            var (encrypted, tag, opened) = (new byte[content.Length], new byte[Envelope.TagSize], new byte[content.Length]);
            try
            {
                shared.Encrypt(nonce, content, encrypted, tag);
                using var own = new AesGcm(key, Envelope.TagSize);
                own.Decrypt(nonce, encrypted, tag, opened);
                return opened.AsSpan().SequenceEqual(content);
            }
            catch (CryptographicException)
            {
                return false;
            }
        });
    }

    /// <summary>Runs round trips on two threads at once and counts those that failed.</summary>
    private static int Mismatches(int roundTripsOfEach, Func<byte[], bool> roundTrips)
    {
        var mismatches = 0;
        using var together = new Barrier(2);
        void Run()
        {
            var content = RandomNumberGenerator.GetBytes(1024);
            together.SignalAndWait();
            for (var i = 0; i < roundTripsOfEach; i++)
            {
                Interlocked.Add(ref mismatches, roundTrips(content) ? 0 : 1);
            }
        }

        var other = new Thread(Run);
        other.Start();
        Run();
        other.Join();
        return mismatches;
    }
}
