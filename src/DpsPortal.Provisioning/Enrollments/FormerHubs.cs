using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>
/// Devices that an IoT hub still has although their registration record is gone. In Azure the hub knows; hubs are names here, so
/// that it is remembered, until the service stops. A code under a key of this process stands for device and hub: nothing of a record is kept.
/// </summary>
internal sealed class FormerHubs
{
    // As many as there may be registrations of an instance; 16 bytes each.
    private const int Most = RecordRules.MaxRecordsOfAKind;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<(long Instance, Guid Code), byte> _devices = new();

    /// <param name="registration">What was on record before.</param>
    public void Remember(long instance, RegistrationRecord registration)
    {
        if (registration is { AssignedHub: { } hub, DeviceId: { } device } && _devices.Count < Most)
        {
            _devices.TryAdd((instance, CodeOf(hub, device)), 0);
        }
    }

    public bool Have(long instance, string hub, string device) => _devices.ContainsKey((instance, CodeOf(hub, device)));

    private Guid CodeOf(string hub, string device)
    {
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hub.ToLowerInvariant()}\n{device}"), code);
        return new Guid(code[..16]);
    }
}
