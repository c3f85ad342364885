using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Features.Instances.Enrollments;

/// <summary>The key of one device of a symmetric-key group, for whoever puts it into the device. The group's own keys stay with DPS.</summary>
public sealed partial class DeviceKeyPanel : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly Attempt _attempt = new();
    private string _device = "";
    private RecordRead<SymmetricKeyAttestation>? _read;

    public DeviceKeyPanel() => Leaving = _leaving.Token;

    /// <summary>Taken once: what goes on after the panel has gone must be told so then.</summary>
    private CancellationToken Leaving { get; }

    [CascadingParameter] public Person Person { get; set; } = null!;

    [Parameter, EditorRequired] public string Instance { get; set; } = "";

    [Parameter, EditorRequired] public string Group { get; set; } = "";

    [Inject] private IEnrollmentService Enrollments { get; set; } = null!;

    /// <summary>The form of the id from which DPS expects the key to be derived.</summary>
    private string Expected => Device.ToLowerInvariant();

    private string Device => _device.Trim();

    /// <summary>A key that is shown belongs to the id in the field.</summary>
    private void Forget(string? device)
    {
        (_device, _read) = (device ?? "", null);
        _attempt.Forget();
    }

    private async Task RevealAsync()
    {
        _read = null;
        await _attempt.RunAsync(() => Enrollments.RevealDeviceKeyAsync(Person, Instance, Group, Device, Leaving), read => _read = read);
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
