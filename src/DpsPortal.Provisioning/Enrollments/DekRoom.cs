using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>The DEK that new records go to, and how many may be encrypted with it now.</summary>
internal readonly record struct DekRoom(RecordCipherPool Ciphers, int Records);
