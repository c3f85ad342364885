using System.Diagnostics;

namespace DpsPortal.Tests.Storage;

/// <summary>A disk of a few megabytes over a folder, that can be filled and made read-only for real. Only root on Linux can mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    public const string Needs = "Mounting a small disk needs root on Linux.";

    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    /// <returns>Null where none can be mounted.</returns>
    public static SmallDisk? MountedAt(string folder, int megabytes = 16)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", folder) ? new SmallDisk(folder) : null;
    }

    /// <summary>Takes what is left, to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 1 << 20; size > 0; size /= 2)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full for this size.
            }
        }
    }

    public void Free() => File.Delete(Filler);

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", _folder));

    public void MakeWritable() => Assert.True(Run("mount", "-o", "remount,rw", _folder));

    public void Dispose() => Run("umount", "-l", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
