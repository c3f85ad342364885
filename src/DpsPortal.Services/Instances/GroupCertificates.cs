using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>
/// When the certificates of enrollment groups end. A group is decrypted once for each of its etags, and never where the key denies it: a
/// page that looks every half minute must not fill DPS's log with rejected reads, and what was read before is let go.
/// </summary>
internal sealed class GroupCertificates(IProvisioningInstances instances, IEnrollments enrollments, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, Seen>> _byInstance = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="Certificate">Of a group that attests otherwise there is none.</param>
    private sealed record Seen(string ETag, GroupCertificate? Certificate);

    public async Task<IReadOnlyList<GroupCertificate>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        var all = new List<GroupCertificate>();
        foreach (var instance in await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false))
        {
            if (instance.Encryption is InstanceEncryption.CustomerManagedKey key && key.Access.RecordsAt(clock.GetUtcNow()) == RecordAccess.Refused)
            {
                _byInstance.TryRemove(instance.Name, out _);
                continue;
            }

            all.AddRange(await OfAsync(caller, instance.Name, cancellationToken).ConfigureAwait(false));
        }

        return all;
    }

    private async Task<IEnumerable<GroupCertificate>> OfAsync(Caller caller, string instance, CancellationToken cancellationToken)
    {
        var known = _byInstance.GetValueOrDefault(instance);
        var seen = new Dictionary<string, Seen>(StringComparer.Ordinal);
        string? continuation = null;
        do
        {
            var page = await enrollments.ListAsync(caller, instance, RecordKind.EnrollmentGroup, null, continuation, PageSize.Most, cancellationToken)
                .ConfigureAwait(false);
            foreach (var group in page.Records.Where(group => group.Status == "enabled"))
            {
                if (known?.GetValueOrDefault(group.Id) is { } before && before.ETag == group.ETag)
                {
                    seen[group.Id] = before;
                }
                else if (await enrollments.ReadGroupAsync(caller, instance, group.Id, cancellationToken)
                    .ConfigureAwait(false) is RecordRead<EnrollmentGroup>.Found found)
                {
                    seen[group.Id] = new Seen(found.Summary.ETag, EndOf(instance, found.Content));
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
        _byInstance[instance] = seen;
        return seen.Values.Select(one => one.Certificate).OfType<GroupCertificate>();
    }

    /// <summary>The one of the two that ends first: devices that have theirs from it cannot register then, whatever the other says.</summary>
    private static GroupCertificate? EndOf(string instance, EnrollmentGroup group)
    {
        X509CertificateEntry?[] entries = [group.Attestation.X509?.SigningCertificates?.Primary, group.Attestation.X509?.SigningCertificates?.Secondary];
        return entries.OfType<X509CertificateEntry>()
            .Select(entry => entry.Info is { } info ? new GroupCertificate(instance, group.EnrollmentGroupId, info.SubjectName, info.NotAfterUtc)
                : GivenCertificates.Read(entry.Certificate ?? "") is Outcome<IReadOnlyList<GivenCertificate>>.Done([var first, ..])
                    ? new GroupCertificate(instance, group.EnrollmentGroupId, first.Subject, first.NotAfter)
                    : null)
            .OfType<GroupCertificate>()
            .MinBy(certificate => certificate.NotAfter);
    }
}
